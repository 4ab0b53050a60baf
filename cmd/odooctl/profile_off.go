//go:build !profile

package main

// profile does nothing in the program that people run.
func profile() (stop func()) { return func() {} }
