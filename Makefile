# The two commands that a newcomer needs: `make serve` and `make test`.

SHELL := /bin/bash
# The tools that cargo-leptos looks for: cargo's own, and wasm-opt from npm.
export PATH := $(HOME)/.cargo/bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)
export CARGO_INCREMENTAL ?= 1

BINARY := target/release/tessera

.PHONY: setup serve watch build test lint e2e bench

setup: ## Install what is missing on this machine
	@scripts/setup

serve: build ## Build and run on http://localhost:3000
	@$(BINARY) serve $(ARGS)

watch: ## Run, and build again whenever a file changes
	@scripts/setup build
	@cargo leptos watch

build: ## The release binary, with its site inside
	@scripts/setup build
	@cargo leptos build --release --precompress

lint: ## Format and clippy, for the server and for the browser
	@scripts/setup build
	cargo fmt --check
	cargo clippy --features ssr --all-targets -- -D warnings
	cargo clippy --features hydrate --lib --target wasm32-unknown-unknown -- -D warnings

test: setup lint ## Everything that CI runs
	cargo nextest run --features ssr
	@$(MAKE) --no-print-directory e2e

e2e: setup build ## The browser tests, against the release binary
	cd end2end && npx tsc --noEmit && npx playwright test

bench: build ## Figures beside floors measured in the same run
	cargo bench --features ssr --bench load
