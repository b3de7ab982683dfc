export function FollowUps() {
  return null;
}
