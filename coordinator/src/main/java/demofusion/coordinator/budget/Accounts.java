package demofusion.coordinator.budget;

import demofusion.coordinator.usage.UsageLedger;

/** What was used, and what may be. */
public record Accounts(UsageLedger usage, Budgets budgets) {
  /** Where everybody may use as much as there is. */
  public static Accounts without(UsageLedger usage) {
    return new Accounts(usage, Budgets.none());
  }
}
