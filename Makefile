# Each target is one command; the commands themselves are in docs/.

.PHONY: serve test ci generate bench load fuzz

serve: ## preview the sites
	go run . serve

test: ## the tests
	go test ./...

ci: ## everything that must hold before a change lands
	.ci/run

generate: ## templates to Go
	go tool templ generate

bench: ## the benchmarks of docs/performance.md, on memory-backed storage
	TMPDIR=/dev/shm go test ./build -run '^$$' -bench . -benchtime 3x -timeout 30m

load: ## pages and posts over loopback for half a minute: requests a second, p50, p99, memory
	go test ./edge -run '^$$' -bench Visitor -benchtime 2s
	go test ./edge/command -run '^$$' -bench Post -benchtime 30000x -timeout 10m

fuzz: ## a minute for each fuzz test
	@for p in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$p | grep ^Fuzz); do \
	    go test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime 1m -fuzzminimizetime 1x || exit 1; \
	  done; \
	done
