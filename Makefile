# Every task of this repository. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Given to every build and every test run alike: SwiftPM compiles anew when flags differ.
SWIFT_FLAGS := --explicit-target-dependency-import-check error

# The same for every release build, which has a folder of its own: other flags compile everything anew. With
# Swift's libraries inside, the program runs where there is no Swift, and loads none at each start.
RELEASE_FLAGS := --static-swift-stdlib --scratch-path .build-release

# What the formatter looks after. Folders that do not exist yet are left out.
SWIFT_SOURCES := $(wildcard Package.swift Sources Tests Examples Benchmarks \
	Fuzzing Core/Package.swift Core/Sources Core/Tests Core/Tools Core/Benchmarks)

# How many tests run at once. Without a limit all do, and on two processors the long ones starve the short ones
# beyond their time limits.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 6

# `make demo KEEP=1` leaves the registry, the tenants and the repository of the demo running.
export KEEP

.PHONY: help setup build release test long core model mutants rehearsal chaos chaos-rounds fuzz fuzz-forges lint rules format demo demo-docker ci clean

help: ## List these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Install what a fresh Debian 12 lacks; does nothing when all is there
	@scripts/setup

build: setup ## Build pawl (debug) into .build/debug/pawl
	swift build $(SWIFT_FLAGS)

release: setup ## Build what is installed into .build-release/release/pawl: one file, which needs no Swift where it runs
	swift build -c release $(SWIFT_FLAGS) $(RELEASE_FLAGS) --product pawl

test: setup core model ## Run every test of both packages, and check the model
	@scripts/run-tests $(SWIFT_FLAGS)

long: setup ## Run the tests of shared journals, and of every fault and death at a registry, in their long form, for hours
	PAWL_LONG_TESTS=1 swift test --disable-xctest $(SWIFT_FLAGS) \
		--filter 'SharedJournalTests|FreshMachineTests|FaultMatrixTests|PromotionKillTests'

core: ## Run the core's tests only: no network, no disk, seconds after an edit
	cd Core && swift test --disable-xctest $(SWIFT_FLAGS)

model: setup ## Check the model of the protocol exhaustively, and that its wrong variants fail
	@Model/check

mutants: ## Let the simulator find every known wrong design; writes the table of docs/reference/mutants.md
	@scripts/mutants

rehearsal: release ## The nightly set: 60,000 deliveries, in which everything has to be seen at least once
	.build-release/release/pawl rehearse --drawn --seeds 60000 --expect-all

chaos: chaos-rounds build release ## Disturb the real program: faulty network, kill -9, SIGSTOP, full disks (CHAOS=rounds, default 20)
	PAWL_TEST_PROGRAM=$(CURDIR)/.build-release/release/pawl PAWL_CHAOS_ROUNDS=$(or $(CHAOS),20) \
		swift test --disable-xctest $(SWIFT_FLAGS) \
		--filter 'ChaosTests|CrashTests|JournalInputTests|FreshMachineTests'

# Before anything is built for it.
chaos-rounds:
	@[[ '$(or $(CHAOS),20)' =~ ^[1-9][0-9]{0,3}$$ ]] \
		|| { echo "chaos: expected CHAOS to be a number of rounds from 1 to 9999, found '$(CHAOS)'" >&2; exit 64; }

fuzz: setup ## Fuzz what the workflow lint reads, with libFuzzer (FUZZ=seconds, default 600)
	@scripts/fuzz-lint $(or $(FUZZ),600)

fuzz-forges: setup ## Fuzz what reads forges, webhooks and measurements (FUZZ=seconds for all, default 600)
	@scripts/fuzz-webhooks $(or $(FUZZ),600)

lint: setup ## Check the format of every Swift file, and lint our own workflows
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	swift run $(SWIFT_FLAGS) pawl lint --fail-on note

rules: ## Write docs/rules anew from the rules
	cd Core && swift run $(SWIFT_FLAGS) rule-pages ../docs/rules

format: ## Rewrite every Swift file to the format
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

demo: build ## Release a service to eight local tenants, from nothing, in a minute (KEEP=1 leaves it running)
	@scripts/demo

demo-docker: build ## The same on a real Docker Engine of its own, with containers as tenants (takes root; KEEP=1 as above)
	@scripts/demo docker

ci: lint build test mutants ## What has to pass before a change lands

clean: ## Remove what was built
	rm -rf .build Core/.build $(wildcard Examples/*/.build)
