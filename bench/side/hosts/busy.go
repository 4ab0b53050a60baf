package hosts

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Settle waits, up to patience, until the machine is busy for less than the given part
// of its time. It returns the part at the end: 1 is all processors.
func Settle(ctx context.Context, most float64, patience time.Duration) (busy float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		began, err := spent()
		if err != nil {
			return 0, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
		ended, err := spent()
		if err != nil {
			return 0, err
		}
		if all := ended[1] - began[1]; all > 0 {
			busy = float64(ended[0]-began[0]) / float64(all)
		}
		if busy < most || ctx.Err() != nil {
			return busy, nil
		}
	}
}

// Busy is the total busy time of all processors since the machine started.
func Busy() (time.Duration, error) {
	ticks, err := spent()
	return time.Duration(ticks[0]) * time.Second / userHZ, err
}

// userHZ is the number of ticks in /proc/stat per second: 100 on every architecture of
// Linux that Go supports.
const userHZ = 100

// spent is the processors' ticks since the machine started: busy, and total. proc(5):
// user nice system idle iowait irq softirq steal.
func spent() (ticks [2]int64, err error) {
	file, err := os.Open("/proc/stat")
	if err != nil {
		return ticks, err
	}
	defer file.Close()
	line, err := bufio.NewReader(file).ReadString('\n')
	if err != nil {
		return ticks, err
	}
	fields := strings.Fields(line)
	if len(fields) < 9 {
		return ticks, fmt.Errorf("/proc/stat begins with %q", line)
	}
	for i, word := range fields[1:9] {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return ticks, err
		}
		ticks[1] += n
		if i != 3 && i != 4 {
			ticks[0] += n
		}
	}
	return ticks, nil
}
