package bench

import "encoding/binary"

// targetsPerSession is how many route targets a session of a constrained workload asks for.
const targetsPerSession = 5

// targets is how many route targets there are: every sender has the same.
func (r *rig) targets() int { return len(r.table.sets) / len(r.table.first) }

// appendMemberships announces the route targets that the session asks for (RFC 4684 §4).
func (t *tally) appendMemberships(dst []byte) []byte {
	const perUpdate = 300
	nextHop := binary.BigEndian.AppendUint32(nil, peerID(max(t.own, 0)))
	attrs := appendAttr(appendAttr(nil, flagTransitive, attrOrigin, 0), flagTransitive, attrASPath)
	attrs = appendAttr(attrs, flagTransitive, attrLocalPref, 0, 0, 0, firstPref)
	var routes []byte
	flush := func() {
		if len(routes) > 0 {
			dst = appendUpdate(dst, nil, append(appendReach(nil, routeTarget, nextHop, routes), attrs...), nil)
			routes = routes[:0]
		}
	}
	for n, asked := range t.targets {
		if !asked {
			continue
		}
		routes = binary.BigEndian.AppendUint32(append(routes, 96), rtAS)
		routes = binary.BigEndian.AppendUint64(routes, rt(uint32(n)))
		if len(routes) >= perUpdate*13 {
			flush()
		}
	}
	flush()
	return dst
}

// joinTargets: one more session, which asked for nothing so far, asks for every route target.
func joinTargets(r *rig) sample {
	s := r.session(len(r.sessions))
	r.sessions = append(r.sessions, s)
	defer r.part(s)
	clear(s.tally.targets)
	if err := r.attach(s); err != nil {
		return sample{Error: err.Error()}
	}
	r.settle()
	s.mu.Lock()
	for n := range s.tally.targets {
		s.tally.targets[n] = true
	}
	s.mu.Unlock()
	memberships := s.tally.appendMemberships(nil)
	return r.drive(func() { s.send(memberships) }, everything)
}
