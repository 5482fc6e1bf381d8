package main

import "testing"

func TestBothSidesReadAndWriteTheSame(t *testing.T) {
	results, err := measureAll(works(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Ours.Allocations != 0 {
			t.Errorf("%s: %v allocations, want none", r.Name, r.Ours.Allocations)
		}
	}
}
