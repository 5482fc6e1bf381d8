package main

// counters only grow.
type counters struct {
	octets   int // of whole messages, headers included
	updates  int // UPDATE messages, End-of-RIB included
	ends     int // End-of-RIB markers
	nlri     int // NLRI of the others announced, repeated ones included
	repeated int // NLRI announced while held
	unheld   int // NLRI withdrawn while not held
	returned int // NLRI of this session's own, announced or withdrawn
}

func (c *counters) add(o counters) {
	c.octets += o.octets
	c.updates += o.updates
	c.ends += o.ends
	c.nlri += o.nlri
	c.repeated += o.repeated
	c.unheld += o.unheld
	c.returned += o.returned
}

// A tally is what one session was told and what it holds now.
type tally struct {
	scale
	counters
	own  int    // the sender whose routes this session announces itself, -1: none
	have bitmap // the distinct routes of the others
	held int    // bits set in have

	update  update   // the one being counted
	checked [][]byte // by attribute set: the octets after MP_REACH_NLRI that were found right
}

func newTally(w *workload, s scale, own int) tally {
	return tally{scale: s, own: own, have: make(bitmap, (s.total()+63)/64), checked: make([][]byte, s.senders*w.sets)}
}

// everything is how many distinct routes the others announce.
func (t *tally) everything() int {
	if t.own < 0 {
		return t.total()
	}
	return t.total() - t.routes
}

// A bitmap has one bit for each id.
type bitmap []uint64

// set returns 1 if the bit was clear, else 0.
func (b bitmap) set(id uint32) int {
	word, bit := &b[id/64], id%64
	was := *word >> bit & 1
	*word |= 1 << bit
	return int(1 - was)
}

// clear returns 1 if the bit was set, else 0.
func (b bitmap) clear(id uint32) int {
	word, bit := &b[id/64], id%64
	was := *word >> bit & 1
	*word &^= 1 << bit
	return int(was)
}

// learned and forgot count n routes of which fresh changed what is held.
func (t *tally) learned(n, fresh int) {
	t.nlri += n
	t.held += fresh
	t.repeated += n - fresh
}

func (t *tally) forgot(n, fresh int) {
	t.held -= fresh
	t.unheld += n - fresh
}
