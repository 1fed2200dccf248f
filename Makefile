# The two commands that a newcomer needs: `make serve` and `make test`.

SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)
export CARGO_INCREMENTAL ?= 1

# Many tests wait: for a server that starts, for one that is late. Two at a time for each core keep it busy.
export NEXTEST_TEST_THREADS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

BINARY := target/release/tessera
# FEATURES=otel: with traces
FEATURES ?= ssr
# What only browsers get is built in a folder of its own, so that it can be built beside lints.
FRONT := target/front
WASM := wasm32-unknown-unknown

.PHONY: setup serve example watch test-watch test-versions test-apps build check test rust site lint e2e bench pictures soak fuzz

setup: ## Install what is missing on this machine
	@scripts/setup

serve: build ## Build and run on http://localhost:3000
	@$(BINARY) serve $(ARGS)

example: build ## Tessera, and a third-party site that signs people in through it; SITE=rust for the one in Rust, SERVER_PORT=3010 SITE_PORT=4010 for other ports
	@scripts/setup example
	@BINARY=$(BINARY) examples/run

watch: ## Run, and build again whenever a file changes
	@scripts/setup watch
	@PATH="$(CURDIR)/end2end/node_modules/.bin:$$PATH" cargo leptos watch

site: ## What browsers download: WebAssembly, script, style, each compressed ahead
	@scripts/setup build
	@# With "+" a line is told how many jobs there may be, and cargo keeps to it.
	+@cargo build --lib --profile wasm-release --features hydrate --target $(WASM) --target-dir $(FRONT)
	@# By itself, so that neither half has features of the other's libraries.
	+@cargo build --package decoder --lib --profile wasm-release --target $(WASM) --target-dir $(FRONT)
	+@cargo run --quiet --release --package site --target-dir $(FRONT) -- $(FRONT)/$(WASM)/wasm-release/{tessera,decoder}.wasm target/site

build: site ## The release binary, with its site inside
	+@cargo build --release --features $(FEATURES) --bin tessera

# In the profiles of what is built afterwards: macros and C libraries are compiled once for both.
lint: ## Format, clippy and the documentation of the code, for the server, for the browser, for its decoder and for the tool that makes the site; licences and advisories
	@scripts/setup build
	+cargo fmt --all --check
	+cargo clippy --profile tests --features otel --all-targets -- -D warnings
	+cargo clippy --profile tests --features ssr --lib --bins -- -D warnings
	+cargo clippy --profile wasm-release --features hydrate --lib --target $(WASM) -- -D warnings
	+cargo clippy --profile tests --package site --package decoder --all-targets -- -D warnings
	+RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --profile tests --features otel
	@scripts/deny

check: lint site ## The quick lane: lints, and the tests that need no other server
	@scripts/check

test: setup ## Everything that CI runs
	@# Lints leave a core idle half of the time.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint site
	@# As `make site` built it: otherwise its libraries would be compiled once more.
	cargo nextest run --release --package site --package decoder --target-dir $(FRONT)
	cargo nextest run --cargo-profile tests --features otel --no-run
	@# Both wait often: for a server that starts, for a browser.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target rust e2e

rust: ## The Rust tests
	cargo nextest run --cargo-profile tests --features otel

e2e: setup site ## The browser tests, against the binary with its site inside
	@# As the Rust tests build it: without their libraries' features all of them would be compiled once more. The one test that
	@# is run leaves the mails of which the browser tests take pictures.
	cargo test --profile tests --features otel --test server mail::written
	cd end2end && npx tsc --noEmit && npx playwright test

pictures: setup site ## Pictures of every page, for people to look at, in end2end/screenshots/: phone and desktop, by day and by night, and each language
	cargo test --profile tests --features otel --test server mail::written
	cd end2end && PICTURES=all npx playwright test screenshots.spec.ts languages.spec.ts mail.spec.ts

bench: setup build ## Figures beside floors measured in the same run; ONLY="waiting bytes" for some of them, OTHER=path of an earlier version's binary for a comparison with it
	@# The group `person` is a browser's: how many taps a sign-in takes, and how long.
	@if [ -z "$(ONLY)" ] || [ -n "$(filter-out person,$(ONLY))" ]; then \
	  TESSERA_OTHER_BINARY=$(OTHER) cargo bench --features ssr --bench load -- $(filter-out person,$(ONLY)); \
	fi
	@if [ -z "$(ONLY)" ] || [ -n "$(filter person,$(ONLY))" ]; then \
	  cd end2end && TESSERA_BINARY=$(CURDIR)/$(BINARY) npx playwright test --config person.config.ts; \
	fi

soak: setup site ## The tests that can go on for ever, for long: faults, crashes, power cuts, hostile peers, half an hour of everyday life, an hour of each fuzz target
	TESSERA_SOAK=$(or $(TIMES),5) cargo nextest run --profile soak --cargo-profile tests --features otel -E 'test(/^(stores::(faults|processes|power)|watch::hostile)::|sec_57_/)'
	TESSERA_SOAK=$(or $(MINUTES),30) cargo nextest run --profile soak --cargo-profile tests --features otel --no-capture -E 'test(/^operating::soak::/)'
	@$(MAKE) --no-print-directory fuzz MINUTES=$(or $(FUZZ_MINUTES),60)

# The compiler is rustup's nightly, which sanitizers ask for; what is found is kept in fuzz/artifacts. The bounds of
# memory are those of one picture, and of all else many times what it takes.
fuzz: ## Ten minutes of each fuzz target, MINUTES=60 for more, ONLY="pictures tokens" for some of them
	@scripts/setup fuzz
	@set -e; for target in $(or $(ONLY),$$(cargo +nightly fuzz list)); do \
	  mkdir -p fuzz/found/$$target; \
	  cargo +nightly fuzz run $$target fuzz/found/$$target fuzz/corpus/$$target -- \
	    -max_total_time=$$(( $(or $(MINUTES),10) * 60 )) -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=128 -print_final_stats=1; \
	done

test-watch: setup ## The long lane's test of `make watch`: a file is edited, and the page shows the change
	@scripts/setup watch
	cd end2end && npx playwright test --config watch.config.ts

test-versions: setup site ## Two versions side by side on one Redis and PostgreSQL; OTHER=path of the binary of an earlier one
	TESSERA_OTHER_BINARY=$(OTHER) cargo nextest run --cargo-profile tests --features otel --run-ignored only -E 'test(sec_66_versions_)'

test-apps: setup site ## The long lane's test of real applications: people sign in to JupyterHub and pgAdmin, which read their groups
	@scripts/setup apps
	cargo test --profile tests --features otel --test server --no-run
	cd end2end && npx tsc --noEmit && npx playwright test --config apps.config.ts
