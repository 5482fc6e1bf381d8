package main

import (
	"context"
	"fmt"
	"time"
)

// send writes encoded messages as fast as the socket takes them.
func (s *session) send(stream []byte) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.conn.Write(stream); err != nil {
		s.report(fmt.Errorf("session %s: %w", s.address, err))
	}
}

// keepAlive writes KEEPALIVE on every session that is not writing anyway, until the context ends.
func keepAlive(ctx context.Context, sessions []*session) {
	message := appendKeepalive(nil)
	ticker := time.NewTicker(keepalive)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, s := range sessions {
			if s.writing.TryLock() {
				s.conn.Write(message) // a connection that ended is reported by receive
				s.writing.Unlock()
			}
		}
	}
}
