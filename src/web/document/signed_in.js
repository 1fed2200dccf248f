{
  const { of, other, otherOver } = document.currentScript.dataset
  const path = '/session/watch?of=' + of + (other ? '&other=' + other : '')
  const polled = path + '&wait=25'
  // A form or an address that the browser has gone on to leads to its own answer, also where it is what ended the session.
  // It is given as long as an answer may take (ANSWER_TIMEOUT), because that may be a file, and the page stays. Safari on
  // iOS tells only of forms.
  let leaves = 0
  const leave = () => { leaves = Date.now() + 30000 }
  addEventListener('beforeunload', leave)
  document.addEventListener('submit', it => setTimeout(() => it.defaultPrevented || leave()))
  const onward = to => {
    const wait = leaves - Date.now()
    if (wait > 0) setTimeout(onward, wait, to)
    else location.replace(to)
  }
  const go = to => { if (!over) onward(to); over = true }
  const out = () => go('/signed-out?next=' + encodeURIComponent(location.pathname + location.search))
  let over = false, close = () => {}
  const hear = told => {
    // A sign-in in another tab ends this session too, and its cookie may be on its way.
    if (!told.signed_in) setTimeout(out, told.by_another ? 0 : 1000)
    else if (told.other === false) go(otherOver)
    return true
  }
  const ask = path => fetch(path).then(it => it.ok && it.json().then(hear), () => false)
  const listen = open => new Promise(done => {
    let heard = false
    const source = open()
    const end = close = () => { source.close(); done(heard) }
    setTimeout(() => heard || end(), 5000)
    source.onmessage = it => { heard = hear(JSON.parse(it.data)) }
    source.onclose = source.onerror = end
  })
  const carriers = [
    () => listen(() => new WebSocket(new URL(path, location.href.replace('http', 'ws')))),
    () => listen(() => new EventSource(path)),
    () => ask(polled),
  ]
  const pause = most => new Promise(done => setTimeout(done, Math.random() * most))
  const seen = () => document.hidden && new Promise(done => document.addEventListener('visibilitychange', done, { once: true }))
  document.addEventListener('visibilitychange', () => document.hidden && close())
  const follow = async () => {
    for (let at = 0, failed = 0; !over;) {
      await seen()
      // A browser may refuse to make a WebSocket or an event source at all.
      if (await carriers[at]().catch(() => false)) failed = 0
      else if (!document.hidden) { failed++; at = Math.min(at + 1, 2) }
      if (over || document.hidden) continue
      if (at < 2) await ask(path)
      await pause(Math.min(500 * 2 ** failed, 8000))
    }
  }
  follow()
}
