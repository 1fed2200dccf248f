document.querySelectorAll('button[data-copies]').forEach(button => {
  if (!navigator.clipboard) return
  button.hidden = false
  const label = button.textContent
  button.onclick = () => {
    const copied = document.getElementById(button.dataset.copies).textContent
    navigator.clipboard.writeText(copied).then(() => {
      button.textContent = button.dataset.done
      setTimeout(() => { button.textContent = label }, 2000)
    })
  }
})
