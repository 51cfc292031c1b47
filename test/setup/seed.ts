// Every run of the suite asks the same random questions, so that a failure is one of the change at hand; `SEED=…` asks others.
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.SEED ?? 20261123) })
