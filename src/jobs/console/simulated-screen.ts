// What the console of a simulated machine shows: its boot, its installer, a login that takes any name and password, and a
// shell that knows a few commands. The same for the same machine and the same lines, whenever it is.
import type { Stage } from '../boot/boot.ts'

export interface Hardware {
  readonly stage: Stage
  /** Of an installation. */
  readonly percent: number
  readonly image: string | null
  /** When its power was switched last, in milliseconds; null where it was on from the beginning. */
  readonly since: number | null
}

// Of an installation, in percent.
const MARK = 25

export class SimulatedScreen {
  readonly #name: string
  #hardware: Hardware = { stage: 'off', percent: 0, image: null, since: null }
  #isLooked = false
  /** What the next line is taken for. */
  #asks: 'name' | 'password' | 'command' = 'name'
  #user = ''

  constructor(name: string) {
    this.#name = name
  }

  /** What appears when the hardware has come so far. */
  becomes(hardware: Hardware): string {
    const before = this.#isLooked ? this.#hardware : null
    this.#hardware = hardware
    this.#isLooked = true
    const isSame = before?.stage === hardware.stage && before.since === hardware.since
    // A quick machine is through with it before it is looked at again.
    const hasBegun = before !== null && (before.stage === 'off' || before.since !== hardware.since)
    const isMissed = hasBegun && hardware.stage !== 'off' && hardware.stage !== 'starting'
    if (!isSame) this.#asks = 'name'
    const marks = hardware.stage === 'installing' ? marksBetween(isSame ? before.percent : -1, hardware.percent) : ''
    return isSame ? marks : `${isMissed ? this.#starting() : ''}${this.#beginning()}${marks}`
  }

  #beginning(): string {
    const name = this.#name
    switch (this.#hardware.stage) {
      case 'off':
        return `[${name} is switched off]\n`
      case 'starting':
        return this.#starting()
      case 'installer':
        return 'booting from the network\ninstaller: loaded\n'
      case 'installing':
        return 'installer: disks are wiped\n'
      case 'first boot':
        return 'installer: done, booting from the disk\n'
      case 'up':
        return `[    0.000000] Linux version 6.1 (simulated)\n[    1.204000] eth0: link is up\n${this.#login()}`
      default:
        return this.#hardware.stage satisfies never
    }
  }

  #starting(): string {
    return `${this.#name} BIOS 1.0 (simulated)\nmemory: 16384 MB OK\nlooking for something to boot from\n`
  }

  #login(): string {
    this.#asks = 'name'
    return `\n${this.#hardware.image ?? 'Linux'} ${this.#name} ttyS0\n\n${this.#name} login: `
  }

  /** What a line and Enter bring. What is typed at the password is not shown, as nowhere. */
  typed(line: string): string {
    if (this.#hardware.stage !== 'up') return ''
    switch (this.#asks) {
      case 'name':
        if (line === '') return this.#login()
        this.#user = line
        this.#asks = 'password'
        return `${line}\nPassword: `
      case 'password':
        if (line === '') return `\nLogin incorrect\n${this.#login()}`
        this.#asks = 'command'
        return `\nWelcome to ${this.#name} (simulated)\n${this.#prompt()}`
      case 'command':
        if (/^(?:exit|logout)$/.test(line.trim())) return `${line}\nlogout\n${this.#login()}`
        return `${line}\n${this.#answer(line.trim())}${this.#prompt()}`
      default:
        return this.#asks satisfies never
    }
  }

  #prompt(): string {
    return `${this.#user}@${this.#name}:~$ `
  }

  #answer(line: string): string {
    const [command = '', ...rest] = line.split(/\s+/)
    switch (command) {
      case '':
        return ''
      case 'hostname':
        return `${this.#name}\n`
      case 'whoami':
        return `${this.#user}\n`
      case 'uname':
        return rest.includes('-a') ? `Linux ${this.#name} 6.1 (simulated) x86_64\n` : 'Linux\n'
      case 'echo':
        return `${rest.join(' ')}\n`
      case 'help':
        return 'echo, exit, hostname, uname, whoami: this machine is simulated\n'
      default:
        return `${command}: command not found\n`
    }
  }
}

function marksBetween(before: number, now: number): string {
  const marks = [0, MARK, 2 * MARK, 3 * MARK, 4 * MARK].filter((mark) => mark > before && mark <= now)
  return marks.map((mark) => `installer: ${mark}%\n`).join('')
}
