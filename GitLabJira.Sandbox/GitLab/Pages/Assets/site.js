'use strict';

// Filters a list while somebody types.
for (const field of document.querySelectorAll('input[data-filters]')) {
  const list = document.querySelector(field.dataset.filters);
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of list.children) {
      row.hidden = !row.dataset.text.toLowerCase().includes(wanted);
    }
  });
}

// A second click must not push twice.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', () => {
    setTimeout(() => form.querySelectorAll('button').forEach(button => { button.disabled = true; }), 0);
  });
}
