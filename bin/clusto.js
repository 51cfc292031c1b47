#!/usr/bin/env node
// The command `clusto`: runs the compiled program.
import '../dist/main.js'
