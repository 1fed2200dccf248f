{
  const onward = document.getElementById('frame')
  if (onward.dataset.origin) parent.postMessage({ tessera: 'approved', url: onward.href }, onward.dataset.origin)
  else top.location.replace(onward.href)
}
