module github.com/dci-rs/dci-rs/bench/codec

go 1.26.8

replace github.com/dci-rs/dci-rs => ../..

require (
	github.com/cespare/xxhash/v2 v2.3.0
	github.com/dci-rs/dci-rs v0.0.0
	github.com/osrg/gobgp/v4 v4.8.0
	github.com/segmentio/fasthash v1.0.3
)
