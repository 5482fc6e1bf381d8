SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: build run test race lint fuzz conformance bench codec-speed e2e check generate help

T ?= 3s

build: ## compile bin/dci-rs
	go build -trimpath -o bin/dci-rs ./cmd/dci-rs

run: build ## start the demo: a reflector and four simulated data centres on loopback
	./bin/dci-rs demo

test: ## unit tests
	go test ./...

race: ## unit tests under the race detector, without the lab
	go test -race $$(go list ./... | grep -v /test/e2e)

lint: ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

fuzz: ## every fuzz target for T each (T=3s)
	@go test -list '^Fuzz' ./... \
	| awk '/^Fuzz/ { target[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, target[i]; n = 0 }' \
	| while read -r package target; do \
		echo "$$package $$target"; \
		log=$$(go test "$$package" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(T) -fuzzminimizetime 20x </dev/null 2>&1) && continue; \
		grep -q 'context deadline exceeded' <<<"$$log" && ! grep -q 'Failing input' <<<"$$log" && continue; \
		echo "$$log"; exit 1; \
	done # the go command may report the end of the time as a failure of its own, without an input

conformance: ## other projects' messages, which VECTORS names the folder of; rewrites docs/conformance.md
	go run ./test/conformance -vectors "$(VECTORS)" -write docs/conformance.md

bench: ## all rows of docs/performance.md with their bars, on this machine: five minutes
	go run ./bench -suite issue

codec-speed: ## the codec beside GoBGP's packet library, in a module of its own
	cd bench/codec && go run .

e2e: ## the lab: real daemons in network namespaces, as root
	DCI_RS_E2E=1 go test -count=1 -timeout 20m ./test/e2e

check: lint test ## what must hold before a change is committed

generate: ## rewrite generated code, after a change of a .proto file
	go generate ./...

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
