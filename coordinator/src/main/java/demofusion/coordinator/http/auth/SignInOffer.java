package demofusion.coordinator.http.auth;

/** How people may sign in without a token, as the form says it. */
public interface SignInOffer {
  /** There is no other way. */
  SignInOffer NONE =
      new SignInOffer() {
        @Override
        public String provider() {
          return "";
        }

        @Override
        public boolean isReachable() {
          return false;
        }
      };

  /** Host of the provider that knows them; empty: there is none. */
  String provider();

  /** Whether the coordinator has been able to ask it. */
  boolean isReachable();
}
