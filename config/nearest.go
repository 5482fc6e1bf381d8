package config

import "strings"

// nearest is the name that s was most likely meant to be, empty when none is close.
func nearest(s string, names []string) string {
	s = strings.ToLower(strings.ReplaceAll(s, "_", "-"))
	best, least := "", 1+max(1, len(s)/3)
	for _, name := range names {
		if n := distance(s, name); n < least {
			best, least = name, n
		}
	}
	return best
}

// distance counts the letters to insert, drop, replace or swap with their neighbor to turn a into b.
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
