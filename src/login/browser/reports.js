{
  const panel = document.getElementById('panel')
  const origins = document.getElementById('frame').dataset.origin.split(' ')
  const events = { scanned: 'scanned', number: 'scanned', digits: 'scanned', denied: 'denied', over: 'expired' }
  let last
  const report = (event, title) => origins.forEach(origin => parent.postMessage({ tessera: event, title }, origin))
  const look = () => {
    const event = events[panel.dataset.state]
    if (event && event !== last) report(event)
    last = event
  }
  report('ready', document.title)
  new MutationObserver(look).observe(panel, { attributes: true, attributeFilter: ['data-state'] })
  look()
}
