// Shown when the api refuses us: no session, or one that is over.
import { h } from '/vendor/vue.js';

export function renderLogin(state, enter) {
  const onSubmit = (event) => {
    event.preventDefault();
    const field = event.target.elements.namedItem('key');
    const key = field.value.trim();
    field.value = '';
    if (key !== '') void enter(key);
  };
  return h('main', { class: 'login' }, [
    h('form', { class: 'card', onSubmit }, [
      h('h2', 'A key opens this page'),
      h('p', [
        'Open the address that ',
        h('code', 'tickwire up'),
        ' printed, or give the key from ',
        h('code', 'api-keys.json'),
        ' in the data directory.',
      ]),
      h('label', { for: 'key' }, 'Key'),
      h('input', {
        ...{ id: 'key', name: 'key', type: 'password', autocomplete: 'off', spellcheck: false },
        'aria-describedby': state.wasRefused === true ? 'refused' : undefined,
      }),
      state.wasRefused === true
        ? h('p', { id: 'refused', class: 'refused', role: 'alert' }, 'This key is not valid.')
        : null,
      h('button', { type: 'submit' }, 'Open'),
    ]),
  ]);
}
