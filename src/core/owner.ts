/** Who answers when something of a model pages. */
export interface Owner {
  /** Team that owns the model. Stands on every object and every alert. At most 63 letters, digits, `-`, `_` and `.`. */
  readonly team: string;

  /** Where the team reads what to do: an `https://` address that every alert carries. */
  readonly runbookUrl: string;

  /**
   * How people reach the team, such as `#risk-ml` or an e-mail address. Shown in the report and on alerts.
   *
   * @default - the team's name is all that is shown
   */
  readonly contact?: string;
}
