//go:build unix

package journal

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks a journal for as long as it is open.
func lockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
}

// unlockFile releases the lock at once. Closing the file would do so only after a program
// that is just being started has closed its copy of the file too.
func unlockFile(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

// locked reports whether a running process writes the journal.
func locked(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK)
}
