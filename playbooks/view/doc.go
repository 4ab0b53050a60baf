// Package view has what a person sees of a run while it goes on, made from its events: lines, one
// after the other, or a screen that is drawn again in place. It only makes text: who has a terminal
// draws it.
package view
