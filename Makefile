# make          the command and the site
# make test     everything that continuous integration runs
# make help     the other targets

.DEFAULT_GOAL := build
ifeq ($(HOME),)
export HOME := $(CURDIR)/.cache
endif
TOOL := go tool -modfile=.ci/tools.mod
FUZZTIME ?= 30s
SEED ?= 1
NETWORKS ?= 240
EVERY ?= 1
SEEDS ?= 20
EDITS ?= 500

.PHONY: build
build: ## the command ./milepost, and content/ built into public/
	go build -o milepost ./cmd/milepost
	./milepost build

# GOGC: tests spend a fifth of their time on garbage otherwise.
.PHONY: test
test: fmt vet staticcheck layers tidy browser ## everything that CI runs
	GOGC=400 go test ./...
	go test -race -short ./generator/preview ./generator/sitefs ./schedule/...
	go test -race -short -run '^TestWatch' ./cmd/milepost

.PHONY: fmt vet staticcheck layers tidy browser
fmt: ## Go files are formatted
	@out=$$(gofmt -l cmd content generator schedule themes); if [ -n "$$out" ]; then echo "gofmt -w these files:"; echo "$$out"; exit 1; fi

vet: ## go vet
	go vet ./...

staticcheck: ## staticcheck, in the version of .ci/tools.mod
	$(TOOL) staticcheck ./...

layers: ## imports point one way, each library has one door
	@.ci/layers

tidy: ## go.mod and go.sum list what is used and nothing else
	go mod tidy -diff

browser: ## find Chromium for the browser tests, or install it
	@.ci/browser

.PHONY: golden crosscheck crosscheck-mspdi bench bench-psplib watch-soak fuzz serve clean help
golden: ## write the expected results of tests anew; read the diff
	go test $$(grep -rl 'flag.Bool("update"' --include='*_test.go' . | xargs -n1 dirname | sort -u) -update

crosscheck: ## NETWORKS random networks from SEED against TaskJuggler's dates; ARGS=-update records them
	@for v in "NETWORKS=$(NETWORKS)" "SEED=$(SEED)"; do \
	  case "$${v#*=}" in ""|*[!0-9]*|0*) echo "$${v%%=*} wants a whole number from 1 on, not \"$${v#*=}\""; exit 2;; esac; \
	done
	@.ci/taskjuggler
	go test ./schedule -run TaskJugglerLive -timeout 1h -crosscheck $(NETWORKS) -crosscheckseed $(SEED) $(ARGS)

crosscheck-mspdi: ## plans that Microsoft Project saved as XML in the folder DIR
	@test -n "$(DIR)" || { echo "say which folder: make $@ DIR=..."; exit 2; }
	go test ./schedule -run MSPDI -v -mspdi "$(abspath $(DIR))"

bench: ## benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-psplib: ## levelling against PSPLIB; DIR holds j30/*.sm j60/*.sm j30opt.sm j60hrs.sm; EVERY=10 takes every 10th
	@test -n "$(DIR)" || { echo "say where the files are: make bench-psplib DIR=..."; exit 2; }
	@case "$(EVERY)" in ""|*[!0-9]*|0*) echo "EVERY wants a whole number from 1 on, not \"$(EVERY)\""; exit 2;; esac
	go test -run '^TestPSPLIB$$' -count 1 -timeout 2h -v ./schedule -args -psplib "$(abspath $(DIR))" -psplib-step $(EVERY)

watch-soak: ## SEEDS times EDITS random edits against build --watch, compared with clean builds, under the race detector
	@for v in "SEEDS=$(SEEDS)" "EDITS=$(EDITS)"; do \
	  case "$${v#*=}" in ""|*[!0-9]*|0*) echo "$${v%%=*} wants a whole number from 1 on, not \"$${v#*=}\""; exit 2;; esac; \
	done
	go test -race -run '^TestWatchRandom$$' -count 1 -timeout 3h -parallel 8 -v ./cmd/milepost -args -watch-seeds $(SEEDS) -watch-edits $(EDITS)

fuzz: ## each fuzz target for FUZZTIME
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

serve: ## preview content/ and follow edits
	go build -o milepost ./cmd/milepost
	./milepost serve

clean: ## remove what make build writes
	rm -f milepost
	find public -mindepth 1 ! -path public/.gitignore -delete

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18
