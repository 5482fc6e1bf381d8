package rib

import "testing"

// TestWhoGetsWhat is the table of RFC 4456 §6 and RFC 7947 §2, a column for each kind of receiver.
func TestWhoGetsWhat(t *testing.T) {
	to := []Role{RoleClient, RoleNonClient, RolePeer, RoleRouteServerClient, RoleFeed}
	for from, row := range map[Role][]bool{
		RoleClient:            {true, true, true, true, false},
		RoleNonClient:         {true, false, true, true, false},
		RolePeer:              {true, true, true, true, false},
		RoleRouteServerClient: {true, true, true, true, false},
		RoleLocal:             {true, true, true, true, true},
	} {
		for i, want := range row {
			if got := reflects(from, to[i]); got != want {
				t.Errorf("from %v to %v: %v, want %v", from, to[i], got, want)
			}
		}
	}
}
