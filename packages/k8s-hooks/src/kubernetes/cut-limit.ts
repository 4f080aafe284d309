/** So many connections that break one after the other end no job (actions/runner-container-hooks issue 332); what one more breaks is given up. */
export const mostCutsInARow = 5
