# `make` alone explains what there is. Everything here can be typed by hand; the recipes say how.

SWIFT ?= swift
# What a debug build checks and a release build cannot: the messages of preconditions.
DEBUG_SMOKE ?= PreconditionTests
SOURCES = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/JouleBenchmarks Benchmarks/PlanarTargets
# The modules whose public interface is documented.
MODULES = $(filter-out Joule JouleCLI,$(notdir $(wildcard Sources/Joule*)))

.DEFAULT_GOAL := help
.PHONY: help setup build demo test bench docs format lint clean

help:
	@echo "Joule: energy-based models, fast on a CPU, with likelihoods that can be believed."
	@echo
	@echo "  make demo     trains a machine on built-in digits, judges it, draws from it (start here)"
	@echo "  make test     runs all tests"
	@echo "  make bench    measures kernels, then Joule beside its peers"
	@echo "  make docs     builds the reference of the library into docs/.build"
	@echo
	@echo "  make build    builds the command: .build/release/joule"
	@echo "  make format   formats the sources in place"
	@echo "  make lint     checks formatting, house rules and links"
	@echo "  make clean    removes everything that was built"
	@echo
	@echo "The first build takes a minute or two. Missing system libraries are installed with apt."
	@echo "Next: README.md, and docs/tutorial.md for a real run on MNIST."

setup:
	@scripts/setup

build: setup
	$(SWIFT) build -c release --product joule

demo: build
	.build/release/joule demo

# Release, because training in a debug build is a hundred times slower. No testable imports: the tests
# then share the build of the command. The whole suite comes last, so that its verdict ends the output.
test: setup
	$(SWIFT) test --filter '$(DEBUG_SMOKE)'
	$(SWIFT) test -c release --disable-testable-imports

bench: build
	$(SWIFT) package --package-path Benchmarks benchmark --no-progress
	Benchmarks/compare

# A link that leads nowhere, or to several overloads, is an error. Parameters that speak for themselves
# are not documented, so that check is off.
docs: setup
	@mkdir -p docs/.build
	@set -e; for module in $(MODULES); do \
	  $(SWIFT) package --allow-writing-to-directory docs/.build generate-documentation \
	    --target $$module --output-path docs/.build/$$module.doccarchive \
	    --disable-indexing --disable-parameters-and-returns-validation --warnings-as-errors; \
	done
	@echo "The reference is in docs/.build. To read a module in a browser:"
	@echo "  swift package --disable-sandbox preview-documentation --target JouleTensor"

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)
	scripts/check-sources
	scripts/check-links

clean:
	rm -rf .build Benchmarks/.build docs/.build demo-run
