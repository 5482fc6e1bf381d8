//go:build !linux

package bench

import (
	"errors"
	"time"
)

func cpuTime(int) (time.Duration, error) { return 0, errors.ErrUnsupported }

func usage(int) (cpu time.Duration, peak, rss int, err error) { return 0, 0, 0, errors.ErrUnsupported }
