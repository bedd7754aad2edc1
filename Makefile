# Deskhand: `make up` starts everything on this machine, `make test` proves that it works.

SHELL := /bin/bash -eu -o pipefail
ARGS ?=
PARTS ?=
FLAVOUR ?= base
CARGO_PROFILE ?= release

# No colour codes where nobody sees colours; some programs take CI for a terminal.
ifndef MAKE_TERMOUT
export NO_COLOR = 1
export CARGO_TERM_COLOR = never
unexport FORCE_COLOR
endif

.PHONY: up test test-api test-full image build packages frontend check generate fmt bench-start bench-desktop bench-containers bench-loop bench-run bench-load bench-chat soak soak-desktop dist test-packages help

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: packages build ## Install what is missing, build, and start everything (ARGS="--listen 0.0.0.0:8010")
	@exec ./target/release/deskhand up $(ARGS)

test: frontend ## Run all tests, those in a browser and in containers included
	@scripts/install-packages --tests --dist
	@scripts/with-docker --or-without scripts/test

test-api: frontend ## Test the API by its document: schemathesis, and a generated client
	cargo build --workspace --locked
	scripts/test-api

test-full: packages ## Build the image FLAVOUR=full and test what it adds
	cargo test --workspace --locked --no-run
	@FLAVOUR=full scripts/with-docker --running desktop-image/make-image target/debug/desktop-agent deskhand-desktop:test-full
	cargo test --workspace --locked -- desktops::full_flavour

# Always all crates: with fewer, features that they ask for of dependencies differ, and those are compiled again.
build: packages frontend ## Build the programs and the frontend
	cargo build --release --locked

dist: build ## Make the Debian package and the tar archive in dist/
	@scripts/install-packages --dist
	@packaging/make-dist

test-packages: dist ## Install the package in a clean Debian 12 with systemd, use it, upgrade and purge it; as root
	@packaging/check target/release
	@scripts/with-docker packaging/test-install

image: packages ## Make the desktops' image, so that they run in containers (FLAVOUR=full: with LibreOffice)
	cargo build --release --locked
	@FLAVOUR=$(FLAVOUR) scripts/with-docker --running desktop-image/make-image target/release/desktop-agent

packages: ## Install the Debian packages that are missing
	@scripts/install-packages

frontend: frontend/node_modules/.installed ## Build the frontend
	cd frontend && npm run --silent build

frontend/node_modules/.installed: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

check: frontend/node_modules/.installed ## Check format, lints, invariants and generated files
	@scripts/timed clippy cargo clippy --workspace --all-targets --locked -- -D warnings
	@scripts/timed "clippy without xcap" cargo clippy -p desktop-agent --no-default-features --locked -- -D warnings
	cargo fmt --all --check
	scripts/check-dependencies
	node --test scripts/rooms/
	scripts/check-rooms
	scripts/check-programs
	scripts/check-compose
	@cd frontend && ../scripts/timed "types and eslint" npm run --silent check
	scripts/check-generated

generate: frontend/node_modules/.installed ## Write schema.rs, the diagram of the database, openapi.json and the frontend's types anew
	cargo build --workspace
	UPDATE_SCHEMA=1 UPDATE_OPENAPI=1 cargo test -p backend --test it -- schema openapi
	scripts/write-database-diagram.mjs
	cd frontend && npm run --silent generate

bench-start: build ## Measure the start of everything and of a desktop
	@scripts/bench-start.mjs

bench-desktop: ## Measure a desktop beside what people use instead (PARTS="screenshots input settle start live")
	@scripts/install-packages --benchmarks
	cargo bench --locked -p desktop-agent --bench desktop -- $(PARTS)

bench-loop: packages ## Measure what the run loop costs besides the model and the desktop
	cargo bench --locked -p ai-model --bench loop

bench-run: ## Measure a long run against the vendor's fake: request bytes, cached share, memory (ARGS="300")
	@scripts/install-packages --tests
	cargo build --release --locked
	cargo build --release --locked -p ai-model --features fake --bins --example long_run
	./target/release/examples/long_run $(ARGS)

bench-load: packages frontend ## Load the service with people, rows, event streams, chats, logins and abuse (PARTS="people rows streams steps chats logins wire")
	cargo build --release --locked --workspace --bins --bench load
	cargo bench --locked --workspace --bench load -- $(PARTS)

bench-chat: frontend ## Measure how the interface keeps up in a chat of 2,000 events
	@scripts/install-packages --tests
	cargo build --release --locked
	cd frontend && DESKHAND_BIN=../target/release/deskhand npm run --silent bench

bench-containers: image ## Measure desktops in containers; as root
	cargo run --release --locked -p backend --example containers

soak: packages frontend ## Have conversations for three minutes, and fail if memory grows or anything is left of them (ARGS="--minutes 60")
	cargo build --release --locked --workspace --bins --bench soak
	cargo bench --locked --workspace --bench soak -- $(ARGS)

soak-desktop: packages ## Send a desktop 10,000 random actions and see what is left of them (ARGS="2000 --seed 7")
	cargo build --release --locked
	cargo run --release --locked -p desktop-agent --example soak -- $(ARGS)

fmt: ## Format everything
	cargo fmt --all
