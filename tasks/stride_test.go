//go:build !lab

package tasks

// Without the tag lab, the slow tests try a sample. Folders of others take many more
// commands.
var (
	killStride         = 29
	killStrideOfOthers = 149
	randomStates       = 25
	attackRounds       = 24
)
