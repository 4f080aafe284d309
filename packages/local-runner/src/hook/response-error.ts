/** The texts of the exceptions that a bad answer raises in the runner (1.9). */
export const nullReference = 'Object reference not set to an instance of an object.'
export const indexOutOfRange =
  "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')"
