// Something to press within a column's title.

/** Puts it there: worked by mouse, Enter and the space bar. */
export function pressable(title: HTMLElement, press: () => void): void {
  // No button element: browsers leave it out where a printed table repeats its head.
  const button = document.createElement('span')
  button.setAttribute('role', 'button')
  button.tabIndex = 0
  button.textContent = title.textContent
  title.replaceChildren(button)
  button.addEventListener('click', press)
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    press()
  })
}
