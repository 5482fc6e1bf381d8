#!/bin/bash -eu
# Builds every target of the room fuzz for libFuzzer, with its inputs as seeds.
go run ./fuzz/add -export "$WORK/inputs"
go get github.com/AdamKorcz/go-118-fuzz-build/testing

grep -o '^func Fuzz[A-Za-z0-9]*' fuzz/fuzz_test.go | while read -r _ function; do
	name=${function#Fuzz}
	name=${name,,}
	compile_native_go_fuzzer github.com/dci-rs/dci-rs/fuzz "$function" "$name"
	zip -qj "$OUT/${name}_seed_corpus.zip" "$WORK/inputs/$name"/*
done
