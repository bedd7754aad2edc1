/** The pages that others link to. */
export type PagePath =
  | '/settings'
  | '/settings/models'
  | '/settings/limits'
  | '/settings/usage'
  | '/admin'
  | '/admin/models'
  | '/admin/desktops'
  | '/admin/runs'
  | '/admin/usage'
  | '/admin/internet'
  | '/admin/retention';
