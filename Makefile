# The two commands that a newcomer needs: `make serve` and `make test`.

SHELL := /bin/bash
# The tools that cargo-leptos looks for: cargo's own, and wasm-opt from npm.
export PATH := $(HOME)/.cargo/bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)
export CARGO_INCREMENTAL ?= 1

BINARY := target/release/tessera
# FEATURES=otel: with traces
FEATURES ?= ssr

.PHONY: setup serve example watch build test site lint e2e bench soak

setup: ## Install what is missing on this machine
	@scripts/setup

serve: build ## Build and run on http://localhost:3000
	@$(BINARY) serve $(ARGS)

example: build ## Tessera, and a third-party site that signs people in through it; SITE=rust for the one in Rust
	@scripts/setup example
	@BINARY=$(BINARY) examples/run

watch: ## Run, and build again whenever a file changes
	@scripts/setup build
	@cargo leptos watch

site: ## What browsers download: WebAssembly, script, style, each compressed ahead
	@scripts/setup build
	@cargo leptos build --release --precompress --frontend-only

build: site ## The release binary, with its site inside
	@cargo build --release --features $(FEATURES) --bin tessera

# In the profiles of what is built afterwards: macros and C libraries are compiled once for both.
lint: ## Format and clippy, for the server and for the browser
	@scripts/setup build
	cargo fmt --check
	cargo clippy --profile tests --features otel --all-targets -- -D warnings
	cargo clippy --profile tests --features ssr --lib --bins -- -D warnings
	cargo clippy --profile wasm-release --features hydrate --lib --target wasm32-unknown-unknown -- -D warnings

test: setup ## Everything that CI runs
	@# What browsers download is built in a folder of its own, and lints leave a core idle half of the time.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint site
	cargo nextest run --cargo-profile tests --features otel
	@$(MAKE) --no-print-directory e2e

e2e: setup site ## The browser tests, against the binary with its site inside
	@# As the Rust tests build it: without their libraries' features all of them would be compiled once more.
	cargo test --profile tests --features otel --test server --no-run
	cd end2end && npx tsc --noEmit && npx playwright test

bench: setup build ## Figures beside floors measured in the same run; ONLY="waiting bytes" for some of them
	cargo bench --features ssr --bench load -- $(ONLY)

soak: setup site ## The tests that can go on for ever, for long: faults, crashes, power cuts, hostile peers
	TESSERA_SOAK=$(or $(TIMES),5) cargo nextest run --cargo-profile tests --features otel -E 'test(/^(faults|processes|hostile|power)::/)'
