// Package arena keeps millions of small records and byte strings outside the garbage collector's
// sight: chunks without pointers, named by 32-bit handles. Nothing in it is safe for concurrent
// use; each arena has one owner. It imports the standard library only.
package arena

// Records holds values of a pointer-free type T. Handles start at 1, so that 0 can mean none.
// A pointer from At stays valid until its record is freed: chunks never move.
type Records[T any] struct {
	shift  uint8
	chunks [][]T
	next   uint32     // lowest handle never used
	free   [][]uint32 // a stack of freed handles, in chunks of the same number
	freed  int        // its height
}

// NewRecords makes an arena that grows by chunks of 1<<shift records.
func NewRecords[T any](shift uint8) Records[T] {
	return Records[T]{shift: shift, next: 1}
}

// Alloc returns the handle of a zeroed record.
func (r *Records[T]) Alloc() uint32 {
	if r.freed > 0 {
		r.freed--
		return r.free[r.freed>>r.shift][r.freed&(1<<r.shift-1)]
	}
	h := r.next
	if int(h>>r.shift) == len(r.chunks) {
		r.chunks = append(r.chunks, make([]T, 1<<r.shift))
	}
	r.next++
	return h
}

// Free zeroes the record and lets Alloc use its handle again.
func (r *Records[T]) Free(h uint32) {
	var zero T
	*r.At(h) = zero
	if r.freed>>r.shift == len(r.free) {
		r.free = append(r.free, make([]uint32, 1<<r.shift))
	}
	r.free[r.freed>>r.shift][r.freed&(1<<r.shift-1)] = h
	r.freed++
}

// At returns the record of a handle that Alloc gave.
func (r *Records[T]) At(h uint32) *T {
	return &r.chunks[h>>r.shift][h&(1<<r.shift-1)]
}

// End is one past the highest handle that was ever given; walks run from 1 to End.
func (r *Records[T]) End() uint32 { return r.next }

// Len is the number of records in use.
func (r *Records[T]) Len() int { return int(r.next) - 1 - r.freed }
