//go:build !linux

package main

import (
	"errors"
	"time"
)

func cpuTime(int) (time.Duration, error) { return 0, errors.ErrUnsupported }

func usage(int) (time.Duration, int, error) { return 0, 0, errors.ErrUnsupported }
