# Every target is one command; `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test check up down shell

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: node_modules/.package-lock.json ## run the example in a runner pod, in both volume modes
	@node --import tsx e2e/src/demo/main.ts

test: node_modules/.package-lock.json ## every check and test, those on the embedded cluster included
	@node --import tsx e2e/src/test/main.ts

check: node_modules/.package-lock.json ## the fast checks
	@npm run --silent check

up: node_modules/.package-lock.json ## start the embedded cluster
	@npm run --silent cluster -- up

down: node_modules/.package-lock.json ## remove the embedded cluster
	@npm run --silent cluster -- down

shell: node_modules/.package-lock.json ## a shell in the cluster's network, with kubectl
	@npm run --silent cluster -- shell

node_modules/.package-lock.json: package-lock.json
	npm ci --no-progress
	@touch $@
