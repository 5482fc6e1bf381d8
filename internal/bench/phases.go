package bench

// A Phase is something that happens to an established rig and is measured. It leaves the rig ready for the
// next one.
type Phase struct {
	Name string
	run  func(r *rig) sample
	// aware phases are beyond a relay, which knows no routes.
	aware bool
}

// Phases are what can happen.
func Phases() []Phase {
	return []Phase{
		{Name: "converge", run: converge},
		{Name: "late", run: lateJoiner},
		{Name: "withdraw", run: withdrawAll},
		{Name: "peer-down", run: peerDown, aware: true},
		{Name: "latency", run: func(r *rig) sample { return latency(r, 0) }},
		{Name: "latency-churn", run: func(r *rig) sample { return latency(r, churnRate) }},
		{Name: "steady", run: steady},
		{Name: "stuck", run: stuckReceiver},
		{Name: "join", run: joinTargets, aware: true},
	}
}

func phaseName(p Phase) string { return p.Name }

// A goal is how many routes a session is to hold.
type goal func(*tally) int

func everything(t *tally) int { return t.everything(-1) }
func nothing(*tally) int      { return 0 }

// converge: every sender announces its whole table.
func converge(r *rig) sample {
	return r.drive(r.say(r.streams(func(sender int) []byte {
		return appendEndOfRIB(r.announce(sender), r.table.Family)
	})), everything)
}

// announce is what a sender says in its round.
func (r *rig) announce(sender int) []byte {
	return r.table.announce(sender, r.rounds[sender], r.table.PerUpdate)
}

// withdrawAll: every sender withdraws its whole table.
func withdrawAll(r *rig) sample { return r.drive(r.say(r.streams(r.table.withdraw)), nothing) }

// lateJoiner: one more session is connected. The clock starts before the connection does.
func lateJoiner(r *rig) sample {
	s := r.session(len(r.sessions))
	r.sessions = append(r.sessions, s)
	defer r.part(s)
	return r.drive(func() {
		if err := r.attach(s); err != nil {
			s.report(err)
		}
	}, everything)
}

// part ends the last session.
func (r *rig) part(s *session) {
	s.close()
	r.sessions = r.sessions[:len(r.sessions)-1]
}

// peerDown: the first sender ends its session. It comes back before the next phase.
func peerDown(r *rig) sample {
	gone := r.sessions[0]
	gone.stuck = true
	m := r.drive(gone.close, func(t *tally) int { return t.everything(0) })
	r.sessions[0] = r.session(0)
	if m.Error != "" {
		return m
	}
	err := r.attach(r.sessions[0])
	if err == nil {
		back := r.drive(func() { go r.sessions[0].send(r.announce(0)) }, everything)
		m.Error = back.Error
	} else {
		m.Error = err.Error()
	}
	return m
}

// change: every sender says all its routes anew, with another LOCAL_PREF, n times.
func (r *rig) change(n int) (sum sample) {
	for range n {
		r.begin(0, r.Senders)
		m := r.drive(r.say(r.streams(r.announce)), everything)
		sum.add(m)
		if m.Error != "" {
			break
		}
	}
	return sum
}

const rounds = 4

// steady: four rounds of full change behind one that is not measured.
func steady(r *rig) sample {
	if m := r.change(1); m.Error != "" {
		return m
	}
	return r.change(rounds)
}

// stuckBuffer is what the kernel keeps for a stuck receiver, so that the target has to keep the rest.
const stuckBuffer = 64 << 10

// stuckReceiver: four rounds of full change, then four more while one more session, which holds every
// route, does not read. In the end it reads again, and is to come to hold what all others do.
func stuckReceiver(r *rig) sample {
	without := steady(r)
	if without.Error != "" {
		return without
	}
	s := r.session(len(r.sessions))
	r.sessions = append(r.sessions, s)
	defer r.part(s)
	s.halted, s.buffer = make(chan struct{}), stuckBuffer
	if m := r.drive(func() {
		if err := r.attach(s); err != nil {
			s.report(err)
		}
	}, everything); m.Error != "" {
		return m
	}
	<-s.halted
	s.stuck = true
	if m := r.change(1); m.Error != "" { // fills the sockets' buffers
		return m
	}
	before, err := r.usage()
	if err != nil {
		return sample{Error: err.Error()}
	}
	m := r.change(rounds)
	after, err := r.usage()
	if err != nil {
		return sample{Error: err.Error()}
	}
	m.RSSGrowth, m.UnstuckCPUSeconds = after.rss-before.rss, without.CPUSeconds
	if m.Error == "" {
		s.stuck, s.halted = false, nil
		m.Error = r.drive(func() { go s.receive() }, everything).Error
	}
	return m
}
