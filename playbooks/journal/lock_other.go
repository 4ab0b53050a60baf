//go:build !unix

package journal

import "os"

func lockFile(*os.File) error { return nil }

func locked(*os.File) bool { return false }

func unlockFile(*os.File) {}
