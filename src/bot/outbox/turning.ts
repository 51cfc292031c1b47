// The buttons that turn the pages of a message: one that would lead nowhere is not shown.
import type { Post } from './post.ts'

/** A post as it is shown: without `Previous page` on the first page, and without `Next page` on the last. */
export function turning(post: Post): Post {
  const { pages, buttons } = post
  if (pages === null) return post
  const isUseful = (by: 1 | -1) => pages.texts[pages.at + by] !== undefined
  return { ...post, buttons: buttons.filter(({ turns }) => turns === undefined || isUseful(turns)) }
}
