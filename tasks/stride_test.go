//go:build !lab

package tasks

// Without the tag lab, the slow tests try a part of what there is to try.
const (
	killStride   = 17
	randomStates = 40
)
