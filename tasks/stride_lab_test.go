//go:build lab

package tasks

const (
	killStride   = 1
	randomStates = 500
	attackRounds = 100
)
