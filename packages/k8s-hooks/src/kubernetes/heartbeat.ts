import type WebSocket from 'ws'

/** Often enough for proxies that drop what is silent for 60 s. */
const pingIntervalMs = 15_000
/** Silence after which a half-open connection is given up; the caller re-attaches. */
const silenceLimitMs = 45_000

/** Pings the socket and terminates it when nothing at all comes back. Returns the way to stop. */
export function watchHeartbeat(socket: WebSocket, now: () => number = Date.now): () => void {
  let lastHeardMs = now()
  const heard = (): void => {
    lastHeardMs = now()
  }
  socket.on('pong', heard)
  socket.on('message', heard)
  const timer = setInterval(() => {
    if (!socket.isPaused && now() - lastHeardMs > silenceLimitMs) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.ping()
  }, pingIntervalMs)
  return () => clearInterval(timer)
}
