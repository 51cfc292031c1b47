// Hubot ships no types: what the benchmark uses of it.
declare module 'hubot' {
  export class Robot {
    constructor(adapter: object, httpd: boolean, name: string, alias: boolean)
    adapter: object
    loadAdapter(path?: string | null): Promise<void>
    respond(regex: RegExp, listener: (response: { match: RegExpMatchArray }) => unknown): void
    run(): Promise<void>
    receive(message: TextMessage): Promise<unknown>
    shutdown(): void
  }
  export class Adapter {
    constructor(robot: Robot)
    run(): void
    close(): void
  }
  export class User {
    constructor(id: string, options: { readonly room: string; readonly name: string })
  }
  export class TextMessage {
    constructor(user: User, text: string, id: string)
  }
}
