/** The stages of a task when no plan is given. */

/** Implement, review until nothing is left to change, then bring the specification in line. */
export const DEFAULT_PLAN = {
  steps: [
    { id: 'implement', agent: 'builder', action: 'implement' },
    {
      ...{ id: 'review', agent: 'reviewer', action: 'review', needs: ['implement'] },
      loop: { back_to: 'implement', most: 5 },
    },
    {
      ...{ id: 'spec_maintain', agent: 'spec_maintainer', action: 'update_spec', needs: ['review'] },
      loop: { back_to: 'implement', most: 5 },
    },
  ],
};
