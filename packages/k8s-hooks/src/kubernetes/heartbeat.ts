import type WebSocket from 'ws'

/** Often enough for proxies that drop what is silent for 60 s. */
const pingIntervalMs = 15_000
/** So many pings without any answer mean that the connection is half-open; the caller attaches again. */
const toleratedSilentPings = 3

/**
 * Pings the socket and terminates it when nothing at all comes back. A socket that its reader has paused cannot answer and is left alone.
 * Pings are counted, not milliseconds: a process that was itself stopped for a while must not take that for the other end's silence.
 * Returns the way to stop.
 */
export function watchHeartbeat(socket: WebSocket): () => void {
  let silentPings = 0
  const heard = (): void => {
    silentPings = 0
  }
  socket.on('pong', heard)
  socket.on('message', heard)
  const timer = setInterval(() => {
    if (socket.isPaused) {
      heard()
    } else if (silentPings >= toleratedSilentPings) {
      socket.terminate()
      return
    }
    silentPings++
    if (socket.readyState === socket.OPEN) socket.ping()
  }, pingIntervalMs)
  return () => {
    clearInterval(timer)
    socket.off('pong', heard)
    socket.off('message', heard)
  }
}
