# Deskhand: `make up` starts everything on this machine, `make test` proves that it works.

SHELL := /bin/bash -eu -o pipefail
ARGS ?=
PARTS ?=
CARGO_PROFILE ?= release

# The desktops' image of the tests, around an agent that was built for them.
TEST_IMAGE = deskhand-desktop:test

.PHONY: up test all-tests test-image image build packages frontend check generate fmt bench-start bench-desktop bench-containers bench-loop bench-run soak help

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: packages build ## Install what is missing, build, and start everything (ARGS="--listen 0.0.0.0:8010")
	@exec ./target/release/deskhand up $(ARGS)

test: frontend ## Run all tests, those in a browser and in containers included
	@scripts/install-packages --tests
	@scripts/with-docker --or-without $(MAKE) --no-print-directory all-tests

# Figures that tests print are part of what they show.
TESTS = -- --show-output
ifdef DESKHAND_WITHOUT_DOCKER
test-image: ; cargo build --workspace --locked
TESTS += $(addprefix --skip ,conformance::docker desktops::containment desktops::engine desktops::internet desktops::reconcile in_containers)
else
test-image:
	@desktop-image/make-base
	@desktop-image/make-image --system & image=$$!; cargo build --workspace --locked; wait $$image
	@desktop-image/make-image target/debug/desktop-agent $(TEST_IMAGE)
endif

all-tests: test-image
	DESKHAND_TEST_IMAGE=$(TEST_IMAGE) cargo test --workspace --locked $(TESTS)
	cd frontend && npm run --silent test && DESKHAND_TEST_IMAGE=$(TEST_IMAGE) npm run --silent e2e

build: packages frontend ## Build the programs and the frontend
	cargo build --release --locked

image: ## Make the desktops' image, so that they run in containers
	cargo build --release --locked -p desktop-agent
	@scripts/with-docker --running desktop-image/make-image target/release/desktop-agent

packages: ## Install the Debian packages that are missing
	@scripts/install-packages

frontend: frontend/node_modules/.installed ## Build the frontend
	cd frontend && npm run --silent build

frontend/node_modules/.installed: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

check: frontend/node_modules/.installed ## Check format, lints, invariants and generated files
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/check-dependencies
	scripts/check-programs
	scripts/check-compose
	cd frontend && npm run --silent check
	scripts/check-generated

generate: frontend/node_modules/.installed ## Write schema.rs, openapi.json and the frontend's types anew
	cargo build --workspace
	UPDATE_SCHEMA=1 UPDATE_OPENAPI=1 cargo test -p backend --test it -- schema openapi
	cd frontend && npm run --silent generate

bench-start: build ## Measure the start of everything and of a desktop
	@scripts/bench-start.mjs

bench-desktop: ## Measure a desktop beside what people use instead (PARTS="pictures input settle start live")
	@scripts/install-packages --benchmarks
	cargo bench --locked -p desktop-agent --bench desktop -- $(PARTS)

bench-loop: ## Measure what the run loop costs besides the model and the desktop
	cargo bench --locked -p ai-model --bench loop

bench-run: ## Measure a long run against the vendor's fake: request bytes, cached share, memory (ARGS="300")
	cargo build --release --locked -p desktop-agent
	cargo build --release --locked -p ai-model --features fake --bins --example long_run
	./target/release/examples/long_run $(ARGS)

bench-containers: image ## Measure desktops in containers; as root
	cargo run --release --locked -p backend --example containers

soak: ## Send a desktop 10,000 random actions and see what is left of them (ARGS="2000 --seed 7")
	cargo build --release --locked -p desktop-agent
	cargo run --release --locked -p desktop-agent --example soak -- $(ARGS)

fmt: ## Format everything
	cargo fmt --all
