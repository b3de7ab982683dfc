# Everything a person does here has a name. `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help run console dist stack stack-demo bench test faults mutants fuzz lint fmt
SHELL := bash
export PATH := $(CURDIR)/target/tools/bin:$(PATH)
BIN := $(or $(CARGO_TARGET_DIR),target)/debug
STACK := $(BIN)/stack --data data/stack
CONSOLE := services/console
CONSOLE_SOURCES := $(shell find $(CONSOLE)/src $(CONSOLE)/public $(CONSOLE)/scripts $(CONSOLE)/proto proto -type f -not -path '*/src/gen/*') \
	$(addprefix $(CONSOLE)/,index.html vite.config.ts tsconfig.json buf.gen.yaml)

help: ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: dist ## the whole product in one process, on SQLite; data stays in ./data
	cargo run -p baton -- serve

console: $(CONSOLE)/node_modules/.package-lock.json ## the console from its sources, for whoever works on it; BATON_GATEWAY=… for another gateway
	cd $(CONSOLE) && npm run dev

dist: $(CONSOLE)/dist/index.html ## the console as files that the gateway serves

$(CONSOLE)/node_modules/.package-lock.json: $(CONSOLE)/package-lock.json $(CONSOLE)/.npmrc
	cd $(CONSOLE) && npm ci --no-audit
	touch $@

$(CONSOLE)/dist/index.html: $(CONSOLE)/node_modules/.package-lock.json $(CONSOLE_SOURCES)
	cd $(CONSOLE) && npm run build

stack: dist ## the distributed system: processes per service, PostgreSQL, NATS; data stays in ./data/stack
	tests/tools.sh postgres nats
	cargo build --workspace --bins
	tests/with-backends.sh --keep data/stack $(STACK)

stack-demo: ## plays the three cases on the stack that runs, or on one that it starts, and prints their traces
	tests/tools.sh postgres nats
	cargo build --workspace --bins
	$(STACK) --demo || { [ $$? = 3 ] && tests/with-backends.sh --keep data/stack $(STACK) --demo; }

bench: ## what Baton takes on this machine, in both modes, next to its bare engines; about 15 minutes
	tests/tools.sh postgres nats
	cargo build --release --workspace --bin baton --bin bench
	mkdir -p target/bench
	tests/with-backends.sh --keep target/bench $(or $(CARGO_TARGET_DIR),target)/release/bench

faults: ## the chain from lead to paid order while both systems are broken 1,500 times; DURATION=24h soaks, FAULTS=… for more
	tests/tools.sh postgres nats
	tests/tools.sh faketime || true
	cargo build --workspace --bins --tests
	$(BIN)/faults --mode embedded $(or $(FAULTS),$(if $(DURATION),--duration $(DURATION)))
	$(BIN)/faults --mode stack $(or $(FAULTS),$(if $(DURATION),--duration $(DURATION)))

test: ## all tests, on SQLite and on PostgreSQL + NATS, then the table of verbs they tried
	tests/test.sh

fuzz: ## fuzzes what reads from outside, each target for five minutes or SECONDS=…
	tests/fuzz.sh $(or $(SECONDS),300)

mutants: ## breaks Baton on purpose in a dozen ways, and shows that a test notices each; about half an hour
	tests/tools.sh postgres nats
	tests/with-backends.sh tests/faults/mutants.sh

lint: $(CONSOLE)/dist/index.html ## format, clippy, dependencies, contracts, the console, shell scripts
	tests/tools.sh deny buf shellcheck
	cd $(CONSOLE) && npm run check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo deny --log-level error check bans licenses sources
	cd proto && buf lint
	tests/faults/mutants.sh --check
	shellcheck tests/*.sh tests/faults/*.sh fuzz/*.sh tests/clients/*.sh deploy/*.sh deploy/postgres/*.sh .ci/run

fmt: $(CONSOLE)/node_modules/.package-lock.json ## formats the code
	cargo fmt --all
	cd $(CONSOLE) && npx biome check --write .
