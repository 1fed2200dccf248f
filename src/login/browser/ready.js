{
  const origins = document.getElementById('frame').dataset.origin.split(' ')
  origins.forEach(origin => parent.postMessage({ tessera: 'ready', title: document.title }, origin))
}
