//go:build !lab

package tasks

// Without the tag lab, the slow tests try a part of what there is to try.
const (
	killStride   = 29
	randomStates = 25
	attackRounds = 42
)
