// All tasks, by hand: what a worker knows how to do. A run of a task that is not here waits for a worker that knows it.
import { rebuildTask } from './boot/rebuild-task.ts'
import { consoleTask } from './console/console-task.ts'
import { powerTask } from './power/power-task.ts'
import type { Task } from './task.ts'

export const TASKS: readonly Task[] = Object.freeze([powerTask, rebuildTask, consoleTask])
